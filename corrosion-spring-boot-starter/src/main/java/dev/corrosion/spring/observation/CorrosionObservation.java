package dev.corrosion.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed, by name, with its keys. */
public enum CorrosionObservation implements ObservationDocumentation {

    /** A transaction: its wait, its statements and its commit, and for whom else it waits. */
    WRITE("corrosion.write"),

    /** A query. */
    QUERY("corrosion.query");

    private final String name;

    CorrosionObservation(String name) {
        this.name = name;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return DefaultCorrosionObservationConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return LowCardinality.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return HighCardinality.values();
    }

    @Override
    public String getPrefix() {
        return "";
    }

    /** For meters and traces. */
    public enum LowCardinality implements KeyName {
        /** The first word of the statements in upper case, {@code MIXED} if they differ, {@code OTHER} if it is unusual. */
        OPERATION {
            @Override
            public String asString() {
                return "operation";
            }
        }
    }

    /** For traces only. */
    public enum HighCardinality implements KeyName {
        /** The first statement, without its parameters. */
        QUERY_TEXT {
            @Override
            public String asString() {
                return "db.query.text";
            }
        },

        /** How many statements there are. */
        STATEMENTS {
            @Override
            public String asString() {
                return "db.operation.batch.size";
            }
        }
    }
}
