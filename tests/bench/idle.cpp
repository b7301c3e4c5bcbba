// Opens many connections and leaves them idle, first after the greeting, then after EHLO. Says on
// standard output when each stage is reached and goes on when a line comes in on standard input, so
// that the script can look at the server's memory in between.

#include "wire.hpp"

#include <vector>

namespace {

constexpr const char* usage = "bench_idle PORT CONNECTIONS";

void stage_reached(const char* stage) {
    std::printf("%s\n", stage);
    std::fflush(stdout);
    for (int octet = std::getchar(); octet != '\n'; octet = std::getchar())
        if (octet == EOF) std::exit(0);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(bench::number(argv[1], 65535, usage));
    const long connections = bench::number(argv[2], 100'000, usage);

    std::vector<bench::Wire> wires;
    wires.reserve(static_cast<std::size_t>(connections));
    for (long count = 0; count < connections; ++count) {
        wires.emplace_back(port);
        wires.back().expect("220"); // before the next one, so that no listen queue overflows
    }
    stage_reached("greeted");
    for (bench::Wire& wire : wires) {
        wire.send("EHLO client.test\r\n");
        wire.expect("250");
    }
    stage_reached("ehlo");
    return 0;
}
