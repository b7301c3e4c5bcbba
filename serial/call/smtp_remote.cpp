// The mail server on the line itself, without PPP: how a terminal program meets it.
#include "serial/call/remote_end.hpp"

#include "sim/line/line_settings.hpp"
#include "sim/server/conversation.hpp"

namespace smtpsim::call {
namespace {

class SmtpEnd final : public RemoteEnd {
public:
    SmtpEnd(server::Instance& instance, std::uint64_t call)
        : conversation_(instance, {"call " + std::to_string(call), "line", "line"}) {}

    void begin(Tick now, RemoteActions& out) override {
        conversation_.on_connect(now, does_);
        perform(now, out);
    }
    /// What the server does not want yet waits here, and then the line before it fills.
    void on_octets(std::string_view octets, Tick now, RemoteActions& out) override {
        if (ended_) return;
        unread_ += octets.substr(0, unread_max - std::min(unread_max, unread_.size()));
        deliver(now, out);
    }
    bool full() const override { return !ended_ && unread_.size() >= full_at; }
    void on_tick(Tick now, RemoteActions& out) override {
        if (ended_) return;
        conversation_.on_tick(now, does_);
        perform(now, out);
        deliver(now, out);
    }
    Tick deadline() const override { return ended_ ? Tick::max() : conversation_.deadline(); }
    void on_lost(Tick now) override {
        if (!ended_) conversation_.on_lost(now, journal::ClosedBy::hang_up);
        ended_ = true;
    }

private:
    static constexpr std::size_t full_at = 64UL << 10, unread_max = full_at + line::capacity;

    void deliver(Tick now, RemoteActions& out) {
        while (!ended_ && !unread_.empty() && conversation_.wants_bytes() > 0) {
            const std::string piece = unread_.substr(0, conversation_.wants_bytes());
            unread_.erase(0, piece.size());
            conversation_.on_bytes(piece, now, does_);
            perform(now, out);
        }
    }

    void perform(Tick now, RemoteActions& out) {
        const bool handshake = does_.handshake.has_value();
        out.octets += does_.octets;
        out.impairments.insert(out.impairments.end(), does_.impairments.begin(),
                               does_.impairments.end());
        if (does_.ending != server::Ending::none) out.ends = ended_ = true;
        does_.clear();
        if (!handshake) return;
        conversation_.on_handshake_failed("no TLS on a telephone line", false, now, does_);
        perform(now, out);
    }

    server::Conversation conversation_;
    server::Actions does_;
    std::string unread_;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<RemoteEnd> smtp_remote(server::Instance& instance, std::uint64_t call) {
    return std::make_unique<SmtpEnd>(instance, call);
}

} // namespace smtpsim::call
