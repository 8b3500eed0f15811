"""The property run of funds: random operations of many clients against a plain model, under kill -9."""
