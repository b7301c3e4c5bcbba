// The mail server on the line itself, without PPP: how a terminal program meets it.
#include "serial/call/far_end.hpp"

#include "sim/line/settings.hpp"
#include "sim/server/conversation.hpp"

namespace smtpsim::station {
namespace {

class SmtpEnd final : public FarEnd {
public:
    SmtpEnd(server::Run& run, std::uint64_t call)
        : conversation_(run, {"call " + std::to_string(call), "line", "line"}) {}

    void begin(Tick now, FarActions& out) override {
        conversation_.on_connect(now, does_);
        perform(now, out);
    }
    /// What the server does not want yet waits here, and then the line behind it fills.
    void on_octets(std::string_view octets, Tick now, FarActions& out) override {
        if (ended_) return;
        unread_ += octets.substr(0, unread_max - std::min(unread_max, unread_.size()));
        deliver(now, out);
    }
    bool full() const override { return !ended_ && unread_.size() >= full_at; }
    void on_tick(Tick now, FarActions& out) override {
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

    void deliver(Tick now, FarActions& out) {
        while (!ended_ && !unread_.empty() && conversation_.wants_bytes() > 0) {
            const std::string piece = unread_.substr(0, conversation_.wants_bytes());
            unread_.erase(0, piece.size());
            conversation_.on_bytes(piece, now, does_);
            perform(now, out);
        }
    }

    void perform(Tick now, FarActions& out) {
        const bool handshake = does_.handshake.has_value();
        out.octets += does_.octets;
        out.quirks.insert(out.quirks.end(), does_.quirks.begin(), does_.quirks.end());
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

std::unique_ptr<FarEnd> smtp_end(server::Run& run, std::uint64_t call) {
    return std::make_unique<SmtpEnd>(run, call);
}

} // namespace smtpsim::station
