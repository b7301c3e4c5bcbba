// A TLS client in memory, to talk to a Channel.
#pragma once

#include "sim/tls/channel.hpp"
#include "sim/tls/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <functional>
#include <string>
#include <string_view>

namespace smtpsim::tls {

class TestClient {
public:
    explicit TestClient(const std::function<void(SSL_CTX*)>& set_up = nullptr,
                        const std::function<void(SSL*)>& adjust = nullptr)
        : context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
        if (set_up) set_up(context_.get());
        connection_.reset(SSL_new(context_.get()));
        SSL_set_bio(connection_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(connection_.get());
        if (adjust) adjust(connection_.get());
    }

    /// One step of the handshake, with what came; returns what leaves.
    std::string shake(std::string_view came = {}) {
        give(came);
        ERR_clear_error();
        const int done = SSL_do_handshake(connection_.get());
        const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(connection_.get(), done);
        ready = done == 1;
        failed = error == SSL_ERROR_SSL;
        if (failed) {
            const char* const text = ERR_reason_error_string(ERR_peek_error());
            why = text == nullptr ? "" : text;
        }
        return leaves();
    }
    std::string write(std::string_view plain) {
        SSL_write(connection_.get(), plain.data(), static_cast<int>(plain.size()));
        return leaves();
    }
    std::string read(std::string_view came) {
        give(came);
        std::string out(64UL << 10, '\0');
        ERR_clear_error();
        const int octets = SSL_read(connection_.get(), out.data(), static_cast<int>(out.size()));
        closed = octets <= 0 && SSL_get_error(connection_.get(), octets) == SSL_ERROR_ZERO_RETURN;
        out.resize(octets > 0 ? static_cast<std::size_t>(octets) : 0);
        return out;
    }
    std::string close() {
        SSL_shutdown(connection_.get());
        return leaves();
    }
    SSL* ssl() { return connection_.get(); }

    bool ready = false, failed = false, closed = false;
    std::string why;

private:
    void give(std::string_view came) {
        if (!came.empty())
            BIO_write(SSL_get_rbio(connection_.get()), came.data(), static_cast<int>(came.size()));
    }
    std::string leaves() {
        char* data = nullptr;
        const long size = BIO_get_mem_data(SSL_get_wbio(connection_.get()), &data);
        std::string out(data, static_cast<std::size_t>(size));
        BIO_reset(SSL_get_wbio(connection_.get()));
        return out;
    }

    Context context_;
    Connection connection_;
};

/// The handshake, as far as it goes. Returns what the server said in clear octets after it.
inline std::string shake_hands(TestClient& client, Channel& server) {
    std::string plain;
    std::string to_client;
    for (int flight = 0; flight < 6; ++flight) {
        const std::string to_server = client.shake(to_client);
        to_client.clear();
        server.receive(to_server, plain, to_client);
        if (to_server.empty() && to_client.empty()) break;
        if (client.ready && to_client.empty()) break;
    }
    if (!to_client.empty()) client.read(to_client); // session tickets
    return plain;
}

} // namespace smtpsim::tls
