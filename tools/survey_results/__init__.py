"""Result files of the application that asked a team's surveys before."""
