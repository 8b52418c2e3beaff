"""What commands of nodes show: run under load in virtual labs, in an exercise and under each hypothesis."""
