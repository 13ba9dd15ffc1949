package dev.thimble.wasm.execute;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Up to which size the JVM's compilers inline a method that is rarely called at a place. */
final class InliningLimits {
    private InliningLimits() {
    }

    /** Whether both inline methods of {@code bytes} bytes of code. */
    static boolean allow(int bytes) {
        // C1 takes in a tenth less at each level.
        return atLeast("MaxInlineSize", bytes) && atLeast("C1MaxInlineSize", bytes * 10 / 7);
    }

    private static boolean atLeast(String option, int value) {
        try {
            var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return jvm != null && Integer.parseInt(jvm.getVMOption(option).getValue()) >= value;
        } catch (IllegalArgumentException e) {
            return false; // another JVM, or without that compiler
        }
    }
}
