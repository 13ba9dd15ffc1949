package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A module that hands every call of preview 1 through, with the signatures of the published witx file. */
final class Guest implements AutoCloseable {
    /** Where {@link #path} and {@link #iovec} put things, and where results are asked for. */
    static final int RESULT = 0;
    static final int VECTOR = 64;
    static final int DATA = 4096;
    private static final int FIRST_PATH = 1024;
    private static final int SECOND_PATH = 2048;

    private static final Map<String, String> SIGNATURES = new LinkedHashMap<>();

    static {
        String table = """
                args_get ii|args_sizes_get ii|environ_get ii|environ_sizes_get ii|clock_res_get ii|clock_time_get iIi
                fd_advise iIIi|fd_allocate iII|fd_close i|fd_datasync i|fd_fdstat_get ii|fd_fdstat_set_flags ii
                fd_fdstat_set_rights iII|fd_filestat_get ii|fd_filestat_set_size iI|fd_filestat_set_times iIIi
                fd_pread iiiIi|fd_prestat_get ii|fd_prestat_dir_name iii|fd_pwrite iiiIi|fd_read iiii|fd_readdir iiiIi
                fd_renumber ii|fd_seek iIii|fd_sync i|fd_tell ii|fd_write iiii|path_create_directory iii
                path_filestat_get iiiii|path_filestat_set_times iiiiIIi|path_link iiiiiii|path_open iiiiiIIii
                path_readlink iiiiii|path_remove_directory iii|path_rename iiiiii|path_symlink iiiii|path_unlink_file iii
                poll_oneoff iiii|proc_raise i|sched_yield -|random_get ii|sock_accept iii|sock_recv iiiiii
                sock_send iiiii|sock_shutdown ii""";
        for (String entry : table.split("[|\n]")) {
            String[] words = entry.split(" ");
            SIGNATURES.put(words[0], words[1].equals("-") ? "" : words[1]);
        }
    }

    private final Wasi wasi;
    private Instance instance;

    Guest(Wasi.Builder builder) throws IOException {
        wasi = builder.build();
        instance = WasmModule.parse(module()).instantiate(imports());
    }

    private Imports imports() {
        return wasi.addTo(Imports.builder()).build();
    }

    private static byte[] module() {
        var wasm = new Wasm().memory(1).export("memory", 2, 0);
        SIGNATURES.forEach((name, types) -> wasm.importFunction("wasi_snapshot_preview1", name, wasm.type(signature(types, "i32"))));
        int exit = wasm.type("i32 ->");
        wasm.importFunction("wasi_snapshot_preview1", "proc_exit", exit);
        int index = 0;
        for (var entry : SIGNATURES.entrySet()) {
            wasm.export(entry.getKey(), 0, SIGNATURES.size() + 1 + index);
            wasm.function(signature(entry.getValue(), "i32"), "", pass(entry.getValue().length(), index++));
        }
        wasm.export("proc_exit", 0, SIGNATURES.size() + 1 + index);
        wasm.function(exit, "", pass(1, index));
        return wasm.toArray();
    }

    private static String signature(String types, String result) {
        return types.replace("i", "i32 ").replace("I", "i64 ") + "-> " + result;
    }

    private static String pass(int parameters, int function) {
        var code = new StringBuilder();
        for (int i = 0; i < parameters; i++) {
            code.append("local.get ").append(i).append("; ");
        }
        return code + "call " + function;
    }

    /** The errno. */
    int call(String name, long... arguments) {
        long[] results = instance.function(name).call(arguments);
        return results.length == 0 ? -1 : (int) results[0];
    }

    /** A call that has been suspended; all its arguments are i32. */
    Call start(String name, int... arguments) {
        Call call = instance.function(name).newCall();
        for (int i = 0; i < arguments.length; i++) {
            call.i32(i, arguments[i]);
        }
        if (call.start() != Progress.WAITING) {
            throw new IllegalStateException(name + " did not wait");
        }
        return call;
    }

    byte[] snapshot() {
        return instance.snapshot();
    }

    /** Goes on from another guest's snapshot: its suspended call. */
    Call restore(byte[] snapshot) {
        instance = instance.module().restore(snapshot, imports(), InstanceOptions.DEFAULT);
        return instance.suspended();
    }

    /** The call again and again with the same arguments, without garbage of the test's own. */
    Runnable newCall(String name, long... arguments) {
        var call = instance.function(name).newCall();
        String types = SIGNATURES.get(name);
        return () -> {
            for (int i = 0; i < arguments.length; i++) {
                if (types.charAt(i) == 'I') {
                    call.i64(i, arguments[i]);
                } else {
                    call.i32(i, (int) arguments[i]);
                }
            }
            call.run();
            if (call.i32Result(0) != 0) {
                throw new IllegalStateException("errno " + call.i32Result(0));
            }
        };
    }

    Memory memory() {
        return instance.memory();
    }

    int result() {
        return memory().getInt(RESULT);
    }

    /** Calls with a path in place of pointer and length: arguments before it, the path, arguments after it. */
    int path(String name, long[] before, String path, long... after) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        memory().write(FIRST_PATH, bytes, 0, bytes.length);
        var all = new long[before.length + 2 + after.length];
        System.arraycopy(before, 0, all, 0, before.length);
        all[before.length] = FIRST_PATH;
        all[before.length + 1] = bytes.length;
        System.arraycopy(after, 0, all, before.length + 2, after.length);
        return call(name, all);
    }

    /** Two paths with arguments before, between and nothing after. */
    int paths(String name, long[] before, String first, long[] between, String second) {
        byte[] bytes = second.getBytes(StandardCharsets.UTF_8);
        memory().write(SECOND_PATH, bytes, 0, bytes.length);
        var after = new long[between.length + 2];
        System.arraycopy(between, 0, after, 0, between.length);
        after[between.length] = SECOND_PATH;
        after[between.length + 1] = bytes.length;
        return path(name, before, first, after);
    }

    static long[] at(long... arguments) {
        return arguments;
    }

    /** Opens in directory 3; a descriptor, or minus the errno. */
    int open(String path, int oflags, long rights, int fdflags) {
        int errno = path("path_open", at(3, 1), path, oflags, rights, rights, fdflags, RESULT);
        return errno == 0 ? result() : -errno;
    }

    /** One vector; returns its address. */
    int iovec(int at, int length) {
        memory().putInt(VECTOR, at);
        memory().putInt(VECTOR + 4, length);
        return VECTOR;
    }

    /** Writes a text; the errno. */
    int write(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        memory().write(DATA, bytes, 0, bytes.length);
        return call("fd_write", fd, iovec(DATA, bytes.length), 1, RESULT);
    }

    /** Reads at most 1000 bytes as text. */
    String read(int fd) {
        int errno = call("fd_read", fd, iovec(DATA, 1000), 1, RESULT);
        return errno == 0 ? text(DATA, result()) : "errno " + errno;
    }

    String text(int at, int length) {
        var bytes = new byte[length];
        memory().read(at, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        wasi.close();
    }
}
