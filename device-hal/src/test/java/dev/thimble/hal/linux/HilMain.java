package dev.thimble.hal.linux;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the contract on the hardware of the virtual machine; the last line says how it went. */
public final class HilMain {
    private HilMain() { }

    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(LinuxBoardTest.class), selectClass(Pi4jLinuxBoardTest.class),
                selectClass(LinuxSteadyStateTest.class)).build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, summary, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    System.out.println("HIL " + result.getStatus() + " " + test.getParentId().orElse("")
                        .replaceAll(".*class:[^\\]]*\\.", "").replace("]", "") + " " + test.getDisplayName());
                }
            }
        });
        var counts = summary.getSummary();
        counts.printFailuresTo(new PrintWriter(System.out), 12);
        System.out.println("HIL-RESULT " + counts.getTestsSucceededCount() + " passed, "
            + counts.getTestsFailedCount() + " failed, " + counts.getTestsAbortedCount() + " skipped");
        System.exit(counts.getTestsFailedCount() == 0 && counts.getTestsSucceededCount() > 0 ? 0 : 1);
    }
}
