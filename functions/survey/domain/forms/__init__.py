"""The forms that answers have: how a question is asked, how a reply is read, what is stored."""
