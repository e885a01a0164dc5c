"""What runs inside a till: joining a server, pushing what happened here, pulling what happened elsewhere."""
