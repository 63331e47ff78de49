"""What a shipment holds, told to its receiver: on paper, as a list and as a shipping notice."""
