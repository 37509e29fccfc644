"""What the addon measures against its peers and floors."""
