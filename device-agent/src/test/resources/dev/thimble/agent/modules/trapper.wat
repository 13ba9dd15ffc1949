;; Traps at every second tick since its start, and when it is asked for its state.
(module
  (memory (export "memory") 1 1)
  (global $count (mut i32) (i32.const 0))
  (func $boom unreachable)
  (func (export "thimble_tick") (param i64)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (if (i32.eq (global.get $count) (i32.const 2)) (then (call $boom))))
  (func (export "thimble_alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "thimble_schema") (result i32) (i32.const 1))
  (func (export "thimble_save") (param i32 i32) (result i32) unreachable)
  (func (export "thimble_restore") (param i32 i32 i32) (result i32) (i32.const 0)))
