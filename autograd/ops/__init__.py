"""Operations: each a function on arrays with its derivative rules written over it, one family a file."""
