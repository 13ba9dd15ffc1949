;; A neighbour that keeps the garbage collector busy: each tick makes 25 arrays of 4 KiB and keeps the last 256.
;; Compiled with: wasm-as -all litter.wat (Binaryen 116 or later)
(module
  (type $bytes (array (mut i8)))
  (type $ring (array (mut (ref null $bytes))))
  (global $kept (ref $ring) (array.new_default $ring (i32.const 256)))
  (global $next (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (func (export "thimble_tick") (param $now i64)
    (local $made i32)
    (loop $more
      (array.set $ring (global.get $kept) (i32.and (global.get $next) (i32.const 255))
        (array.new_default $bytes (i32.const 4096)))
      (global.set $next (i32.add (global.get $next) (i32.const 1)))
      (local.set $made (i32.add (local.get $made) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $made) (i32.const 25))))))
