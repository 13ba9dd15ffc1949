package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;

/** A host call whose values do not lie at their numbers, since vectors among them take two slots. */
final class MappedCall implements HostCall {
    private final Frame frame;
    private final int[] arguments;
    private final int[] results;

    MappedCall(Frame frame, FunctionType type) {
        this.frame = frame;
        arguments = Invocation.starts(type.parameters());
        results = Invocation.starts(type.results());
    }

    @Override
    public Memory memory() {
        return frame.memory();
    }

    @Override
    public Object attachment() {
        return frame.attachment();
    }

    @Override
    public boolean maySuspend() {
        return frame.maySuspend();
    }

    @Override
    public void suspend() {
        frame.suspend();
    }

    @Override
    public boolean resumed() {
        return frame.resumed();
    }

    @Override
    public int i32(int argument) {
        return frame.i32(arguments[argument]);
    }

    @Override
    public long i64(int argument) {
        return frame.i64(arguments[argument]);
    }

    @Override
    public float f32(int argument) {
        return frame.f32(arguments[argument]);
    }

    @Override
    public double f64(int argument) {
        return frame.f64(arguments[argument]);
    }

    @Override
    public long v128Low(int argument) {
        return frame.v128Low(arguments[argument]);
    }

    @Override
    public long v128High(int argument) {
        return frame.v128High(arguments[argument]);
    }

    @Override
    public Object reference(int argument) {
        return frame.reference(arguments[argument]);
    }

    @Override
    public void resultI32(int result, int value) {
        frame.resultI32(results[result], value);
    }

    @Override
    public void resultI64(int result, long value) {
        frame.resultI64(results[result], value);
    }

    @Override
    public void resultF32(int result, float value) {
        frame.resultF32(results[result], value);
    }

    @Override
    public void resultF64(int result, double value) {
        frame.resultF64(results[result], value);
    }

    @Override
    public void resultV128(int result, long low, long high) {
        frame.resultV128(results[result], low, high);
    }

    @Override
    public void resultReference(int result, Object value) {
        frame.resultReference(results[result], value);
    }
}
