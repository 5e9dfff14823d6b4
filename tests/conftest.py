"""How property tests run: on the same examples each time in ``make test``, on new ones in ``make fuzz``."""

from hypothesis import HealthCheck, settings

# What a loaded machine or a platform shared by the session makes of these checks says nothing of the code.
_UNCHECKED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

settings.register_profile(
    "certain",
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=_UNCHECKED,
)
settings.register_profile(
    "fuzz",
    max_examples=300,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=_UNCHECKED,
)
settings.load_profile("certain")
