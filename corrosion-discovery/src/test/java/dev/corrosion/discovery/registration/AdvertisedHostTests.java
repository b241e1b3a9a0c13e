package dev.corrosion.discovery.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class AdvertisedHostTests {

    private static final List<InetAddress> MACHINE =
            addresses("127.0.0.1", "172.17.0.1", "192.168.1.5", "10.1.2.3", "fd00::7");

    private String hostname;
    private String ipAddress;
    private boolean preferIpAddress;
    private final List<Network> networks = new ArrayList<>();
    private InetAddress server;
    private InetSocketAddress node = new InetSocketAddress("10.1.2.3", 1);
    private boolean networkIsConfigured;

    private String find() {
        return new AdvertisedHost(
                        hostname,
                        ipAddress,
                        preferIpAddress,
                        networks,
                        server,
                        node,
                        networkIsConfigured,
                        () -> "first")
                .find(MACHINE);
    }

    @Test
    void theFirstThatIsThereOfTheChainIsTaken() {
        node = new InetSocketAddress("0.0.0.0", 1);
        assertThat(find()).isEqualTo("first");
        node = InetSocketAddress.createUnresolved("node.example", 1);
        assertThat(find()).isEqualTo("node.example");
        node = new InetSocketAddress("10.1.2.3", 1);
        assertThat(find()).isEqualTo("10.1.2.3");
        server = addresses("0.0.0.0").get(0);
        assertThat(find()).isEqualTo("10.1.2.3");
        server = addresses("192.168.1.5").get(0);
        assertThat(find()).isEqualTo("192.168.1.5");
        networkIsConfigured = true;
        assertThat(find()).isEqualTo("first");
        networks.add(Network.parse("172.16.0.0/12"));
        assertThat(find()).isEqualTo("172.17.0.1");
        ipAddress = "[fd00::9]";
        assertThat(find()).isEqualTo("fd00::9");
        hostname = "orders.example";
        assertThat(find()).isEqualTo("orders.example");
        preferIpAddress = true;
        assertThat(find()).isEqualTo("fd00::9");
    }

    @Test
    void theOrderOfTheNetworksCountsAndNotThatOfTheAddresses() {
        networks.addAll(List.of(Network.parse("fd00::/8"), Network.parse("10.0.0.0/8")));
        assertThat(find()).isEqualTo("fd00:0:0:0:0:0:0:7");
        networks.add(0, Network.parse("192.168.0.0/16"));
        assertThat(find()).isEqualTo("192.168.1.5");
    }

    @Test
    void aMachineThatIsInNoPreferredNetworkIsToldSo() {
        networks.add(Network.parse("203.0.113.0/24"));
        assertThatThrownBy(this::find)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("203.0.113.0/24")
                .hasMessageContaining("10.1.2.3");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/9, 10.128.0.1, false",
        "0.0.0.0/0, 1.2.3.4, true",
        "0.0.0.0/0, fd00::1, false",
        "192.168.1.5, 192.168.1.5, true",
        "192.168.1.5, 192.168.1.4, false",
        "fd00::/8, fdff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void aNetworkHasTheAddressesWithItsFirstBits(String network, String address, boolean contained) {
        assertThat(Network.parse(network).contains(addresses(address).get(0))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "eth0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "example.org/8", "fd00::/129", "10/x"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<InetAddress> addresses(String... literals) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            try {
                addresses.add(InetAddress.getByName(literal));
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }
        return addresses;
    }
}
