"""What people can do: one public function, one transaction, in the words of the business."""
