"""What a network costs and brings in, who pays for it, and what that depends on.

    sizing + register --elements--> what is bought, for whom --cash flow--> years --> shares, allocation, sensitivity
"""
