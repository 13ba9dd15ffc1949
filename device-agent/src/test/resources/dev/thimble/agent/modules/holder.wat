;; A program that switches "led" on and waits for ever.
(module
  (import "thimble:gpio/1" "open" (func $open (param i32 i32 i32 i32) (result i32)))
  (import "thimble:event/1" "wait" (func $wait (param i32 i32 i64) (result i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 0) "led")
  (func (export "_start")
    (if (i32.lt_s (call $open (i32.const 0) (i32.const 3) (i32.const 1) (i32.const 8)) (i32.const 0)) (then unreachable))
    (loop $forever
      (drop (call $wait (i32.const 16) (i32.const 24) (i64.const -1)))
      (br $forever))))
