"""Guards of others as arms, each by one small file: what it is asked, and how its verdict is read."""
