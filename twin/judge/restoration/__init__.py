"""What a campaign of failures concludes: restoration times and isolation."""
