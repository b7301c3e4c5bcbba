#include "sim/tls/channel.hpp"

#include "core/at_most.hpp"

#include <openssl/err.h>

#include <array>

namespace smtpsim::tls {
namespace {

std::string octets(const unsigned char* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// What OpenSSL remembers of the last thing that went wrong, and whether the client said so.
std::string reason(bool& by_client) {
    const unsigned long error = ERR_peek_error();
    ERR_clear_error();
    // The reasons above 1,000 are alerts that have come.
    by_client = ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET;
    const char* const text = ERR_reason_error_string(error);
    return text == nullptr ? "the handshake failed" : text;
}

/// RFC 9266, RFC 5929 §3, §4.
std::map<std::string, std::string, std::less<>> bindings(SSL* ssl) {
    std::map<std::string, std::string, std::less<>> out;
    std::array<unsigned char, EVP_MAX_MD_SIZE> buffer;
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    constexpr std::size_t exported = 32;
    if (SSL_export_keying_material(ssl, buffer.data(), exported, label.data(), label.size(),
                                   nullptr, 0, 0) == 1)
        out["tls-exporter"] = octets(buffer.data(), exported);
    if (SSL_version(ssl) < TLS1_3_VERSION) { // the first Finished of the two
        const std::size_t size = SSL_session_reused(ssl) != 0
                                     ? SSL_get_finished(ssl, buffer.data(), buffer.size())
                                     : SSL_get_peer_finished(ssl, buffer.data(), buffer.size());
        out["tls-unique"] = octets(buffer.data(), size);
    }
    unsigned size = 0;
    if (X509_digest(SSL_get_certificate(ssl), EVP_sha256(), buffer.data(), &size) == 1)
        out["tls-server-end-point"] = octets(buffer.data(), size);
    return out;
}

std::string name_of_client(SSL* ssl) {
    const X509Certificate certificate{SSL_get1_peer_certificate(ssl)};
    if (!certificate) return {};
    X509_NAME* const subject = X509_get_subject_name(certificate.get());
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) return {};
    const ASN1_STRING* const text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    return octets(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text)));
}

/// The first record alone: ServerHello.
std::string_view first_record(std::string_view flight) {
    if (flight.size() < 5) return flight;
    const auto octet = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(flight[at]));
    };
    return flight.substr(0, 5 + (octet(3) << 8 | octet(4)));
}

} // namespace

Channel::Channel(Contexts& contexts, const smtp::TlsSettings& settings) : settings_(settings) {
    const auto context = contexts.context(settings);
    if (context.has_error()) {
        fail(context.error().what, false);
        return;
    }
    connection_.reset(SSL_new(*context));
    from_wire_ = BIO_new(BIO_s_mem());
    to_wire_ = BIO_new(BIO_s_mem());
    SSL_set_bio(connection_.get(), from_wire_, to_wire_);
    SSL_set_accept_state(connection_.get());
    SSL_set_mode(connection_.get(), SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void Channel::fail(std::string why, bool by_client) {
    if (state_ == State::failed) return;
    state_ = State::failed;
    why_ = std::move(why);
    failed_by_client_ = by_client;
}

void Channel::receive(std::string_view came, std::string& plain, std::string& wire) {
    if (state_ == State::failed || silent_ || came.empty()) return;
    if (settings_.alert && state_ == State::handshake) {
        constexpr std::string_view fatal_alert{"\x15\x03\x03\0\2\2", 6};
        wire += fatal_alert;
        wire += static_cast<char>(*settings_.alert);
        return fail("the server sent an alert, as configured", false);
    }
    BIO_write(from_wire_, came.data(), static_cast<int>(came.size()));
    if (state_ == State::handshake) shake_hands(wire);
    if (state_ != State::open) return;
    std::array<char, 16UL << 10> buffer; // a record's most: RFC 8446 §5.1
    for (;;) {
        ERR_clear_error();
        const int octets =
            SSL_read(connection_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (octets <= 0) {
            const int error = SSL_get_error(connection_.get(), octets);
            if (error == SSL_ERROR_ZERO_RETURN) state_ = State::closed;
            if (error == SSL_ERROR_SSL) {
                bool by_client = false;
                std::string text = reason(by_client);
                fail(std::move(text), by_client);
            }
            break;
        }
        plain.append(buffer.data(), static_cast<std::size_t>(octets));
    }
    if (state_ == State::open) write_pending(wire);
    drain(wire);
}

void Channel::shake_hands(std::string& wire) {
    ERR_clear_error();
    const int done = SSL_do_handshake(connection_.get());
    const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(connection_.get(), done);
    drain(wire);
    if (silent_) return;
    if (done == 1) {
        state_ = State::open;
    } else if (error != SSL_ERROR_WANT_READ) {
        bool by_client = false;
        std::string text = reason(by_client);
        fail(std::move(text), by_client);
    }
}

/// Takes what OpenSSL wants to send; a stall swallows a flight, or all after its first record.
void Channel::drain(std::string& wire) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(to_wire_, &data);
    if (size <= 0) return;
    std::string_view flight{data, static_cast<std::size_t>(size)};
    if (state_ == State::handshake) {
        ++flights_;
        const bool first = flights_ == 1;
        const bool stalls = (settings_.stall == smtp::TlsStall::server_hello && first) ||
                            (settings_.stall == smtp::TlsStall::certificate && first) ||
                            (settings_.stall == smtp::TlsStall::finished && !first);
        if (stalls) {
            silent_ = true;
            flight = settings_.stall == smtp::TlsStall::certificate ? first_record(flight) : "";
        }
    }
    wire += flight;
    BIO_reset(to_wire_);
}

void Channel::send(std::string_view plain, std::string& wire) {
    if (state_ == State::failed || state_ == State::handshake) return;
    pending_ += plain;
    write_pending(wire);
}

/// While the client negotiates anew, nothing else can be said.
void Channel::write_pending(std::string& wire) {
    std::string_view rest = pending_;
    while (!rest.empty()) {
        const std::string_view record =
            rest.substr(0, at_most(settings_.record_octets.value_or(rest.size()), rest.size()));
        ERR_clear_error();
        const int written =
            SSL_write(connection_.get(), record.data(), static_cast<int>(record.size()));
        if (written <= 0) {
            if (SSL_get_error(connection_.get(), written) == SSL_ERROR_WANT_READ) break;
            bool by_client = false;
            std::string text = reason(by_client);
            return fail(std::move(text), by_client);
        }
        rest.remove_prefix(record.size());
    }
    pending_.erase(0, pending_.size() - rest.size());
    drain(wire);
}

void Channel::act(faults::TlsAct act, std::string& wire) {
    if (state_ != State::open) return;
    ERR_clear_error();
    switch (act) {
    case faults::TlsAct::renegotiate: SSL_renegotiate(connection_.get()); break;
    case faults::TlsAct::update_keys:
        SSL_key_update(connection_.get(), SSL_KEY_UPDATE_REQUESTED);
        break;
    }
    SSL_do_handshake(connection_.get());
    drain(wire);
}

void Channel::close(std::string& wire) {
    if (state_ == State::failed || state_ == State::handshake || !settings_.close_notify) return;
    ERR_clear_error();
    SSL_shutdown(connection_.get());
    drain(wire);
}

smtp::TlsInfo Channel::info() const {
    SSL* const ssl = connection_.get();
    const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const unsigned char* alpn = nullptr;
    unsigned alpn_size = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_size);
    return {SSL_get_version(ssl),
            SSL_get_cipher_name(ssl),
            name == nullptr ? "" : name,
            octets(alpn, alpn_size),
            {name_of_client(ssl), bindings(ssl)}};
}

} // namespace smtpsim::tls
