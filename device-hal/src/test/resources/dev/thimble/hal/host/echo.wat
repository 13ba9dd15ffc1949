;; Answers each edge of "button" on "led". Rebuild: wat2wasm echo.wat -o echo.wasm
(module
  (import "thimble:gpio/1" "open" (func $open (param i32 i32 i32 i32) (result i32)))
  (import "thimble:gpio/1" "write" (func $write (param i32 i32) (result i32)))
  (import "thimble:gpio/1" "watch" (func $watch (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "led")
  (data (i32.const 8) "button")
  (global $led (mut i32) (i32.const 0))

  ;; 0, or the first error
  (func (export "thimble_init") (param $reason i32) (result i32)
    (local $button i32)
    (global.set $led (call $open (i32.const 0) (i32.const 3) (i32.const 1) (i32.const 0)))
    (local.set $button (call $open (i32.const 8) (i32.const 6) (i32.const 0) (i32.const 0)))
    (if (i32.lt_s (global.get $led) (i32.const 0)) (then (return (global.get $led))))
    (if (i32.lt_s (local.get $button) (i32.const 0)) (then (return (local.get $button))))
    (call $watch (local.get $button) (i32.const 3) (i32.const 0)))

  ;; rising is 1 and falling is 2, so the lowest bit is the level
  (func (export "thimble_event") (param $kind i32) (param $handle i32) (param $value i32) (param $ns i64)
    (if (i32.eq (local.get $kind) (i32.const 1))
      (then (drop (call $write (global.get $led) (i32.and (local.get $value) (i32.const 1))))))))
