package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ReferenceModel.RefusedException;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.node.ReceivingNode;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A modelled site that takes in whole versions, as nodes do, and may lose what it had not made durable. */
final class ModelledNode extends ModelledSite {

    private ModelVersions versions = new ModelVersions();
    private ReceivingNode receiving;

    /** The last version that others may have heard of. */
    private long announced;

    /** The last version that was ever given out under this identity. */
    private long highest;

    private @Nullable Saved saved;

    /** The database as it was, with what the model knew of it. */
    private record Saved(DatabaseFiles files, ReferenceModel model, ModelVersions versions, long announced) {}

    ModelledNode(Path file, ActorId actor) {
        super(file, new ReferenceModel(actor, true));
        receiving = ReceivingNode.open(database, replica);
    }

    /** The versions that it has, of all actors. */
    Map<ActorId, ActorVersions> holds() {
        return receiving.holds();
    }

    /** Writes; returns the news that others are told once it is announced, or null. */
    @Nullable Message write(List<ModelOp> ops, String ts, boolean proceed, boolean rollBack) {
        List<Change> changes = transaction(ops, ts, proceed, rollBack);
        highest = Math.max(highest, model.version);
        if (changes.isEmpty()) {
            return null;
        }
        long toSeq = changes.get(changes.size() - 1).seq();
        return new Changes(List.of(new VersionPart(model.self, model.version, 0, toSeq, true, changes)));
    }

    /** All that was written is on disk now, and others may be told. */
    void announce() {
        announced = model.version;
        replica.announced(announced);
        receiving.ownCommitted(announced);
    }

    boolean hasUnannounced() {
        return announced < model.version;
    }

    /** Something arrives, by way of its bytes. */
    void receive(Message message) {
        Message arrived = Wire.decode(Wire.encode(message));
        receiving.receive(arrived);
        if (arrived instanceof Changes changes) {
            changes.parts().forEach(this::expect);
        } else if (arrived instanceof EmptyVersions empty && !empty.actor().equals(model.self)) {
            empty.ranges().forEach(range -> versions.seen(empty.actor(), range.first(), range.last()));
        }
        compare();
    }

    private void expect(VersionPart part) {
        List<Change> changes = part.actor().equals(model.self) ? null : versions.take(part);
        if (changes == null) {
            return;
        }
        try {
            model.merge(changes);
        } catch (RefusedException e) {
            throw new DivergedException("should be refused: " + e.getMessage());
        }
    }

    @Override
    void compare() {
        super.compare();
        same("versions", versions.seenOfOthers(model.self), ModelVersions.shown(receiving.holds(), model.self));
        same("refused", List.of(), receiving.rejections());
        if (receiving.isOlderCopy()) {
            throw new DivergedException("others know versions of it that it never made");
        }
    }

    // what others ask for

    /** All that another node lacks, as it would be sent to it. */
    List<Message> missingAt(ModelledNode other, int maxBytes) {
        List<Message> messages = new ArrayList<>();
        holds().forEach((actor, mine) -> {
            if (!actor.equals(other.model.self)) {
                ActorVersions theirs = other.holds().getOrDefault(actor, ActorVersions.NONE);
                for (VersionRange range : mine.missingAt(theirs).ranges()) {
                    messages.addAll(database.read(c -> read(c, actor, range, maxBytes)));
                }
            }
        });
        return messages;
    }

    private List<Message> read(Connection connection, ActorId actor, VersionRange range, int maxBytes)
            throws SQLException {
        List<Message> messages = new ArrayList<>();
        try (ChangeReader reader = ChangeReader.of(connection, replica.tables())) {
            for (long version = range.first(); version <= range.last(); version++) {
                long next = reader.nextSurviving(actor, version, range.last());
                if (next != version) {
                    long end = next == 0 ? range.last() : next - 1;
                    messages.add(new EmptyVersions(actor, List.of(new VersionRange(version, end))));
                    version = end;
                    continue;
                }
                VersionPart part = read(reader, actor, version, 0, maxBytes);
                if (part.isWhole() && part.changes().isEmpty()) {
                    messages.add(new EmptyVersions(actor, List.of(new VersionRange(version, version))));
                    continue;
                }
                messages.add(new Changes(List.of(part)));
                while (!part.last()) {
                    part = read(reader, actor, version, part.toSeq() + 1, maxBytes);
                    messages.add(new Changes(List.of(part)));
                }
            }
        }
        return messages;
    }

    /** The part of a version from a seq on, as it is now. */
    VersionPart part(ActorId actor, long version, long fromSeq, int maxBytes) {
        return database.read(c -> {
            try (ChangeReader reader = ChangeReader.of(c, replica.tables())) {
                return read(reader, actor, version, fromSeq, maxBytes);
            }
        });
    }

    private static VersionPart read(ChangeReader reader, ActorId actor, long version, long fromSeq, int maxBytes)
            throws SQLException {
        ChangePage page = reader.read(actor, version, fromSeq, maxBytes);
        List<Change> changes = page.changes();
        if (!page.complete()) {
            throw new DivergedException("version " + version + " of " + actor + " cannot be explained");
        }
        long toSeq =
                changes.isEmpty() ? fromSeq : changes.get(changes.size() - 1).seq();
        return new VersionPart(actor, version, fromSeq, toSeq, page.last(), changes);
    }

    /** What is kept for lack of schema or of the rest of a version, in words. */
    List<String> leftOver() {
        List<String> left = new ArrayList<>(database.read(Replica::parked));
        database.read(PartialVersions::list)
                .forEach((actor, parts) -> left.add("parts of versions " + parts + " of " + actor));
        holds().forEach((actor, held) -> {
            if (!held.gaps().isEmpty()) {
                left.add("versions " + held.gaps() + " of " + actor + " are missing");
            }
        });
        return left;
    }

    // restarts

    @Override
    void reopen() {
        database.close();
        open(ModelledNode::noNewIdentity);
        opened();
    }

    private static ActorId noNewIdentity() {
        throw new DivergedException("takes a new identity");
    }

    /** V7: no version is given out twice. */
    private void opened() {
        receiving = ReceivingNode.open(database, replica);
        if (replica.version() < highest) {
            throw new DivergedException("goes on at version " + replica.version() + " after " + highest);
        }
        model.version = replica.version();
        highest = model.version;
        announced = model.version;
        compare();
    }

    /** Keeps a copy of the database for {@link #losePower} and {@link #restoreOlder}. */
    void save() {
        saved = new Saved(copyFiles(), model.copy(model.self), versions.copy(), announced);
    }

    private DatabaseFiles copyFiles() {
        // on the writer thread, so that no checkpoint comes between
        return database.writeInternal(c -> DatabaseFiles.read(file)).join();
    }

    /** The process ends; the files are as they are. */
    void crash() {
        DatabaseFiles files = copyFiles();
        database.close();
        files.writeBack(file, true);
        open(ModelledNode::noNewIdentity);
        opened();
    }

    /** The disk loses all that came after the copy, which was not announced. Returns whether there is such a copy. */
    boolean losePower() {
        Saved last = saved;
        if (last == null || last.announced() != announced || !last.model().self.equals(model.self)) {
            return false;
        }
        DatabaseFiles now = copyFiles();
        database.close();
        new DatabaseFiles(last.files().database(), last.files().wal(), now.actor()).writeBack(file, true);
        model = last.model().copy(model.self);
        versions = last.versions().copy();
        open(ModelledNode::noNewIdentity);
        opened();
        return true;
    }

    /** V8: an older copy is put in its place, and becomes another actor. Returns whether there is such a copy. */
    boolean restoreOlder(Supplier<ActorId> newActor) {
        Saved last = saved;
        if (last == null || last.announced() == announced || !last.model().self.equals(model.self)) {
            return false;
        }
        saved = null;
        database.close();
        last.files().writeBack(file, false);
        ActorId before = model.self;
        long version = last.model().version;
        open(newActor);
        model = last.model().copy(replica.actorId());
        model.version = 0;
        highest = 0;
        versions = last.versions().copy();
        versions.seen(before, 1, version);
        opened();
        return true;
    }
}
