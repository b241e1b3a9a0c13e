package dev.corrosion.sample;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.spring.LiveStreams;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Who else is in the cluster, as this node sees it. */
@RestController
@RequestMapping("/api/members")
class ClusterController {

    private final Corrosion corrosion;
    private final LiveStreams liveStreams;

    ClusterController(Corrosion corrosion, LiveStreams liveStreams) {
        this.corrosion = corrosion;
        this.liveStreams = liveStreams;
    }

    record MemberView(String id, String name, String address, Member.State state) {

        static MemberView of(Member member) {
            InetSocketAddress address = member.address();
            String host = address.isUnresolved()
                    ? address.getHostString()
                    : Objects.requireNonNull(address.getAddress()).getHostAddress();
            return new MemberView(
                    member.id().toString(), member.name(), host + ":" + address.getPort(), member.state());
        }
    }

    @GetMapping
    List<MemberView> members() {
        return views(corrosion.status().members());
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<List<MemberView>> stream() {
        return liveStreams.untilStop(corrosion.members().map(ClusterController::views));
    }

    private static List<MemberView> views(List<Member> members) {
        return members.stream().map(MemberView::of).toList();
    }
}
