;; Its start function traps.
(module (memory 1) (func $start unreachable) (start $start) (func (export "_start")))
