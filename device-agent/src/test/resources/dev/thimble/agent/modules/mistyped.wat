;; Its tick has not the type that ABI 1 gives.
(module
  (memory (export "memory") 1 1)
  (func (export "thimble_tick") (param i32)))
