#include "sim/tls/channel.hpp"

#include "tests/catch.hpp"
#include "tests/sim/tls/client.hpp"

#include <algorithm>

using namespace smtpsim;
using namespace smtpsim::tls;
using smtp::TlsSettings;

namespace {

struct Pair {
    explicit Pair(const TlsSettings& settings,
                  const std::function<void(SSL_CTX*)>& set_up = nullptr,
                  const std::function<void(SSL*)>& adjust = nullptr)
        : server(contexts, settings), client(set_up, adjust) {
        shake_hands(client, server);
    }
    std::string to_server(std::string_view plain) {
        std::string out;
        std::string wire;
        server.receive(client.write(plain), out, wire);
        return out;
    }
    std::string to_client(std::string_view plain) {
        std::string wire;
        server.send(plain, wire);
        return client.read(wire);
    }

    Contexts contexts{"mail.example.test"};
    Channel server;
    TestClient client;
};

std::size_t records(std::string_view wire) {
    std::size_t out = 0;
    while (wire.size() >= 5) {
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(wire[3]) << 8 |
                                                   static_cast<unsigned char>(wire[4]));
        wire.remove_prefix(std::min(wire.size(), 5 + size));
        ++out;
    }
    return out;
}

} // namespace

TEST_CASE("a TLS channel carries octets both ways", "[tls]") {
    Pair pair{TlsSettings{}, nullptr,
              [](SSL* ssl) { SSL_set_tlsext_host_name(ssl, "mail.example.test"); }};
    REQUIRE(pair.server.state() == Channel::State::open);
    CHECK(pair.to_server("EHLO a\r\n") == "EHLO a\r\n");
    CHECK(pair.to_client("250 ok\r\n") == "250 ok\r\n");
    const smtp::TlsInfo info = pair.server.info();
    CHECK(info.version == "TLSv1.3");
    CHECK(info.cipher == "TLS_AES_256_GCM_SHA384");
    CHECK(info.server_name == "mail.example.test");
    CHECK(info.channel.bindings.at("tls-exporter").size() == 32);
    CHECK_FALSE(info.channel.bindings.contains("tls-unique")); // RFC 9266 §1

    std::string plain, wire;
    pair.server.receive(pair.client.close(), plain, wire);
    CHECK(pair.server.state() == Channel::State::closed);
}

TEST_CASE("a client that knows RSA only gets a key of RSA", "[tls][rsa]") {
    const auto agreed = [](const TlsSettings& settings, int version, const char* ciphers,
                           const char* algorithms = nullptr) {
        Pair pair{settings, [&](SSL_CTX* context) {
                      SSL_CTX_set_max_proto_version(context, version);
                      if (ciphers != nullptr) SSL_CTX_set_cipher_list(context, ciphers);
                      if (algorithms != nullptr) SSL_CTX_set1_sigalgs_list(context, algorithms);
                  }};
        if (pair.server.state() != Channel::State::open) return pair.client.why;
        const X509Certificate shown{SSL_get1_peer_certificate(pair.client.ssl())};
        CHECK(X509_check_host(shown.get(), "mail.example.test", 0, 0, nullptr) == 1);
        const int key = EVP_PKEY_base_id(X509_get0_pubkey(shown.get()));
        return pair.server.info().cipher + (key == EVP_PKEY_RSA ? " RSA" : " EC");
    };
    TlsSettings settings;
    CHECK(agreed(settings, TLS1_2_VERSION, "ECDHE-RSA-AES128-SHA") == "ECDHE-RSA-AES128-SHA RSA");
    CHECK(agreed(settings, TLS1_2_VERSION, "DHE-RSA-AES128-SHA") == "DHE-RSA-AES128-SHA RSA");
    CHECK(agreed(settings, TLS1_2_VERSION, nullptr) == "ECDHE-ECDSA-AES256-GCM-SHA384 EC");
    CHECK(agreed(settings, TLS1_3_VERSION, nullptr) == "TLS_AES_256_GCM_SHA384 EC");
    CHECK(agreed(settings, TLS1_3_VERSION, nullptr, "RSA-PSS+SHA256") ==
          "TLS_AES_256_GCM_SHA384 RSA");
    settings.least = smtp::TlsVersion::tls1_0;
    settings.certificate = smtp::Certificate::incomplete_chain;
    CHECK(agreed(settings, TLS1_VERSION, "AES128-SHA:@SECLEVEL=0") == "AES128-SHA RSA");
    CHECK(agreed(settings, TLS1_VERSION, "DEFAULT:@SECLEVEL=0") == "ECDHE-ECDSA-AES256-SHA EC");
    settings.certificate = smtp::Certificate::good;
    settings.ciphers = "ECDHE-RSA-AES128-SHA";
    CHECK(agreed(settings, TLS1_2_VERSION, nullptr) == "ECDHE-RSA-AES128-SHA RSA");
}

TEST_CASE("ciphers that none of the versions has are reported", "[tls]") {
    Contexts contexts{"h"};
    const auto wrong = [&](const char* ciphers, smtp::TlsVersion least, smtp::TlsVersion most) {
        TlsSettings settings;
        settings.ciphers = ciphers;
        settings.least = least;
        settings.most = most;
        const auto context = contexts.context(settings);
        return context.has_error() ? context.error().what : std::string();
    };
    using enum smtp::TlsVersion;
    CHECK(wrong("TLS_AES_128_GCM_SHA256", tls1_0, tls1_2) ==
          "OpenSSL has no ciphers TLS_AES_128_GCM_SHA256 for TLSv1.0..TLSv1.2");
    CHECK(wrong("AES128-SHA", tls1_3, tls1_3) ==
          "OpenSSL has no ciphers AES128-SHA for TLSv1.3..TLSv1.3");
    CHECK(wrong("AESGCM", tls1_0, tls1_1) == "OpenSSL has no ciphers AESGCM for TLSv1.0..TLSv1.1");
    CHECK(wrong("AES128-SHA", tls1_0, tls1_3).empty());
    CHECK(wrong("TLS_AES_128_GCM_SHA256", tls1_2, tls1_3).empty());
}

TEST_CASE("both ends bind to the same channel", "[tls]") {
    TlsSettings settings;
    settings.most = smtp::TlsVersion::tls1_2;
    Pair pair{settings};
    REQUIRE(pair.server.state() == Channel::State::open);
    const auto bindings = pair.server.info().channel.bindings;
    std::string finished(EVP_MAX_MD_SIZE, '\0');
    finished.resize(SSL_get_finished(pair.client.ssl(), finished.data(), finished.size()));
    CHECK(bindings.at("tls-unique") == finished);
    std::string exported(32, '\0');
    const std::string_view label = "EXPORTER-Channel-Binding";
    SSL_export_keying_material(pair.client.ssl(), reinterpret_cast<unsigned char*>(exported.data()),
                               exported.size(), label.data(), label.size(), nullptr, 0, 0);
    CHECK(bindings.at("tls-exporter") == exported);
}

TEST_CASE("versions and ciphers are the profile's", "[tls]") {
    TlsSettings settings;
    SECTION("an old version alone") {
        settings.least = settings.most = smtp::TlsVersion::tls1_0;
        CHECK(Pair{settings}.server.info().version == "TLSv1");
        const Pair modern{settings, [](SSL_CTX* context) {
                              SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
                          }};
        CHECK(modern.server.state() == Channel::State::failed);
        CHECK(modern.server.why() == "unsupported protocol");
        CHECK(modern.client.why == "tlsv1 alert protocol version");
    }
    SECTION("a cipher that only one side has") {
        settings.most = smtp::TlsVersion::tls1_2;
        settings.ciphers = "ECDHE-ECDSA-AES128-SHA";
        CHECK(Pair{settings}.server.info().cipher == "ECDHE-ECDSA-AES128-SHA");
        const Pair other{settings, [](SSL_CTX* context) {
                             SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES256-SHA");
                         }};
        CHECK(other.server.why() == "no shared cipher");
    }
    SECTION("ciphers of TLS 1.3 have names of their own") {
        settings.ciphers = "TLS_CHACHA20_POLY1305_SHA256";
        CHECK(Pair{settings}.server.info().cipher == "TLS_CHACHA20_POLY1305_SHA256");
    }
    SECTION("ciphers that OpenSSL does not know") {
        settings.ciphers = "ROT13";
        Contexts contexts{"h"};
        CHECK(contexts.context(settings).error().what ==
              "OpenSSL has no ciphers ROT13 for TLSv1.2..TLSv1.3");
    }
}

TEST_CASE("SNI, ALPN and client certificates", "[tls]") {
    TlsSettings settings;
    SECTION("a name that is not the server's") {
        settings.names = {"mail.example.test"};
        const auto asking = [](const char* name) {
            return [name](SSL* ssl) { SSL_set_tlsext_host_name(ssl, name); };
        };
        CHECK(Pair{settings, nullptr, asking("MAIL.example.test")}.client.ready);
        CHECK(Pair{settings}.client.ready);
        CHECK(Pair{settings, nullptr, asking("other.test")}.client.why ==
              "tlsv1 unrecognized name");
    }
    SECTION("a protocol that is not the server's") {
        settings.alpn = {"smtp"};
        const auto offering = [](std::string_view protocol) {
            return [protocol](SSL* ssl) {
                SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(protocol.data()),
                                    static_cast<unsigned>(protocol.size()));
            };
        };
        CHECK(Pair{settings, nullptr, offering("\4smtp")}.server.info().alpn == "smtp");
        CHECK(Pair{settings, nullptr, offering("\2h2")}.client.why ==
              "tlsv1 alert no application protocol");
    }
    SECTION("a client's certificate") {
        settings.client_certificate = smtp::ClientCertificate::required;
        settings.most = smtp::TlsVersion::tls1_2;
        CHECK(Pair{settings}.server.why() == "peer did not return a certificate");
        const Authority others{"jdoe"};
        const Identity jdoe = others.identity(smtp::Certificate::good);
        const Pair pair{settings, [&](SSL_CTX* context) {
                            SSL_CTX_use_certificate(context, jdoe.certificate.get());
                            SSL_CTX_use_PrivateKey(context, jdoe.key.get());
                        }};
        CHECK(pair.server.info().channel.certificate_name == "jdoe");
    }
}

TEST_CASE("a handshake stalls where the settings say", "[tls]") {
    TlsSettings settings;
    Contexts contexts{"h"};
    const auto hears = [&](smtp::TlsStall stall) {
        settings.stall = stall;
        Channel server{contexts, settings};
        TestClient client;
        std::string plain, wire;
        server.receive(client.shake(), plain, wire);
        const std::string first = wire;
        wire.clear();
        if (!first.empty()) server.receive(client.shake(first), plain, wire);
        CHECK(server.state() != Channel::State::failed);
        server.receive(client.shake(), plain, wire);
        CHECK_FALSE((client.ready && !wire.empty()));
        return std::pair{records(first), records(wire)};
    };
    CHECK(hears(smtp::TlsStall::server_hello) == std::pair<std::size_t, std::size_t>{0, 0});
    CHECK(hears(smtp::TlsStall::certificate) == std::pair<std::size_t, std::size_t>{1, 0});
    settings.most = smtp::TlsVersion::tls1_2;
    CHECK(hears(smtp::TlsStall::certificate) == std::pair<std::size_t, std::size_t>{1, 0});
    const auto [first, second] = hears(smtp::TlsStall::finished);
    CHECK(first >= 4); // ServerHello, Certificate, ServerKeyExchange, ServerHelloDone
    CHECK(second == 0);
}

TEST_CASE("an alert in place of ServerHello", "[tls]") {
    for (const smtp::TlsAlertRow& row : smtp::tls_alert_table) {
        if (row.code == 0) continue; // an end, not a failure
        CAPTURE(row.name);
        TlsSettings settings;
        settings.alert = row.code;
        Contexts contexts{"h"};
        Channel early{contexts, settings};
        std::string plain, wire;
        early.receive("", plain, wire);
        CHECK(wire.empty()); // the ClientHello comes first
        const Pair pair{settings};
        CHECK(pair.client.failed);
        CHECK(pair.server.state() == Channel::State::failed);
        CHECK_FALSE(pair.server.failed_by_client());
    }
}

TEST_CASE("what is no TLS fails", "[tls]") {
    Contexts contexts{"h"};
    Channel server{contexts, TlsSettings{}};
    std::string plain, wire;
    server.receive("\x16\x03\x01\xff\xff garbage, and more of it", plain, wire);
    CHECK(server.state() == Channel::State::failed);
    CHECK(plain.empty());
}

TEST_CASE("a client that refuses says so", "[tls]") {
    const Pair pair{TlsSettings{}, [](SSL_CTX* context) {
                        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
                    }};
    CHECK(pair.server.state() == Channel::State::failed);
    CHECK(pair.server.failed_by_client());
    CHECK(pair.server.why().find("unknown ca") != std::string::npos);
}

TEST_CASE("records are no larger than the settings say", "[tls]") {
    TlsSettings settings;
    settings.record_octets = 1;
    Pair pair{settings};
    std::string wire;
    pair.server.send("250 ok\r\n", wire);
    CHECK(records(wire) == 8);
    std::string said;
    for (std::string heard = pair.client.read(wire); !heard.empty(); heard = pair.client.read({}))
        said += heard;
    CHECK(said == "250 ok\r\n");
}

TEST_CASE("the end is announced, or not", "[tls]") {
    TlsSettings settings;
    settings.close_notify = GENERATE(true, false);
    Pair pair{settings};
    std::string wire;
    pair.server.close(wire);
    pair.client.read(wire);
    CHECK(pair.client.closed == settings.close_notify);
}

TEST_CASE("keys are updated, and a session is negotiated again", "[tls]") {
    TlsSettings settings;
    std::string wire;
    SECTION("TLS 1.3 updates its keys") {
        Pair pair{settings};
        pair.server.act(faults::TlsAct::update_keys, wire);
        CHECK(records(wire) == 1);
        CHECK(pair.client.read(wire).empty());
        CHECK(pair.to_client("250 ok\r\n") == "250 ok\r\n");
        CHECK(pair.to_server("QUIT\r\n") == "QUIT\r\n");
    }
    SECTION("TLS 1.2 asks for another handshake") {
        settings.most = smtp::TlsVersion::tls1_2;
        Pair pair{settings};
        pair.server.act(faults::TlsAct::renegotiate, wire);
        CHECK(records(wire) == 1); // HelloRequest
        pair.client.read(wire);    // answers with a ClientHello
        std::string plain, answer;
        pair.server.receive(pair.client.write(""), plain, answer);
        pair.server.send("250 held until then\r\n", answer);
        std::string said;
        for (int flight = 0; flight < 4; ++flight) {
            said += pair.client.read(answer);
            answer.clear();
            pair.server.receive(pair.client.write(""), plain, answer);
        }
        said += pair.client.read(answer);
        CHECK(said == "250 held until then\r\n");
        CHECK(pair.server.state() == Channel::State::open);
    }
}

TEST_CASE("a session is resumed by its ticket, unless there are none", "[tls]") {
    for (const bool tickets : {true, false}) {
        TlsSettings settings;
        settings.most = smtp::TlsVersion::tls1_2; // the ticket comes with the handshake
        settings.tickets = tickets;
        Contexts contexts{"h"};
        Channel first{contexts, settings};
        TestClient client;
        shake_hands(client, first);
        SSL_SESSION* const session = SSL_get1_session(client.ssl());
        Channel second{contexts, settings};
        TestClient again{nullptr, [&](SSL* ssl) { SSL_set_session(ssl, session); }};
        shake_hands(again, second);
        REQUIRE(again.ready);
        CHECK((SSL_session_reused(again.ssl()) == 1) == tickets);
        SSL_SESSION_free(session);
    }
}
