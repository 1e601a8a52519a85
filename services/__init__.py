"""What the product does, one module per capability. Every public function takes `actor` first."""
