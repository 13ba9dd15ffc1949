;; Will not start: its device is not there. Will not take over a state either.
(module
  (memory (export "memory") 1 1)
  (func (export "thimble_init") (param i32) (result i32) (i32.const -3))
  (func (export "thimble_tick") (param i64))
  (func (export "thimble_alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "thimble_restore") (param i32 i32 i32) (result i32) (i32.const -1))
  (func (export "thimble_selftest") (result i32) (i32.const -16)))
