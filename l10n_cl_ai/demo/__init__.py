"""An invented Chilean company and its documents, most right, the others wrong in ways accountants know."""
