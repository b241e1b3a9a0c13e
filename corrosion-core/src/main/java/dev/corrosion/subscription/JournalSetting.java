package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.function.BiFunction;

/**
 * Where the journal of durable queries is, and what it needs of the node.
 *
 * @param file where it is, or will be when it is first needed
 * @param opening opens a database there
 * @param owner whose journal it is: what another node has told is forgotten
 * @param clock of the wall
 * @param executor one thread, on which subscribers of durable queries are told
 */
public record JournalSetting(
        Path file,
        BiFunction<Path, ConnectionSetup, Database> opening,
        ActorId owner,
        Clock clock,
        ExecutorService executor) {}
