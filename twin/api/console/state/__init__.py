"""What a page is shown of a live twin: a plan that stays, states that change, and the differences between them."""
