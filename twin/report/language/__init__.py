"""What reports say: texts by key in one catalogue a language, and figures as the language writes them."""
