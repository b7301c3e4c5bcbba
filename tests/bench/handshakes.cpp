// Full TLS handshakes with a server where TLS comes first, one after the other, each a session of
// its own with greeting and QUIT; then connections that stay idle within TLS until a line comes in
// on standard input.

#include "wire.hpp"

#include <openssl/ssl.h>

#include <vector>

namespace {

constexpr const char* usage = "bench_handshakes PORT COUNT IDLE";

class TlsWire {
public:
    TlsWire(std::uint16_t port, SSL_CTX* context) : wire_(port), ssl_(SSL_new(context)) {
        SSL_set_fd(ssl_, wire_.descriptor());
        if (SSL_connect(ssl_) != 1) bench::fail("no handshake");
        expect("220");
    }
    TlsWire(TlsWire&& other) noexcept
        : wire_(std::move(other.wire_)), ssl_(std::exchange(other.ssl_, nullptr)) {}
    TlsWire& operator=(TlsWire&&) = delete;
    ~TlsWire() { SSL_free(ssl_); }

    void say(std::string_view line) { SSL_write(ssl_, line.data(), static_cast<int>(line.size())); }
    void expect(std::string_view code) {
        char reply[512];
        const int octets = SSL_read(ssl_, reply, sizeof reply);
        if (octets < 3 || std::string_view(reply, 3) != code)
            bench::fail("no " + std::string(code));
    }

private:
    bench::Wire wire_;
    SSL* ssl_;
};

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(bench::number(argv[1], 65535, usage));
    const long count = bench::number(argv[2], 1'000'000, usage);
    const long idle = bench::number(argv[3], 100'000, usage);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    for (long i = 0; i < count; ++i) {
        TlsWire wire{port, context};
        wire.say("QUIT\r\n");
        wire.expect("221");
    }
    std::printf("handshakes\n");
    std::fflush(stdout);
    if (std::getchar() == EOF) return 0;
    std::vector<TlsWire> wires;
    wires.reserve(static_cast<std::size_t>(idle));
    for (long i = 0; i < idle; ++i) wires.emplace_back(port, context);
    std::printf("idle\n");
    std::fflush(stdout);
    std::getchar();
    return 0;
}
