package dev.corrosion.simulation;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Quiet.class)
class StormTest {

    private static final long SEED = Long.getLong("storm.seed", 1);

    @Test
    void nodesKeepToTheirBoundLoseNothingAndAreAsFastAsBefore(@TempDir(factory = Memory.class) Path directory) {
        System.out.println("storm: " + new Storm(SEED, directory, null).run().replace("\n", "\nstorm: "));
    }
}
