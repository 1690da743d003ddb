"""What a person reads: tables, sentences, messages."""
