;; Never returns from a tick.
(module
  (memory (export "memory") 1 1)
  (func (export "thimble_tick") (param i64) (loop $l (br $l))))
