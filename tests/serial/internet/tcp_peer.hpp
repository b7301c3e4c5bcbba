// A client's TCP, as small as a test needs it: one connection, packets in and packets out, no
// socket and no time. What it sends must arrive, in order: it repeats nothing.
#pragma once

#include "serial/internet/ip.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpsim::internet::testing {

class TcpPeer {
public:
    struct End {
        Address address;
        std::uint16_t port;
    };

    TcpPeer(End own, End server, std::uint16_t mtu = 1500)
        : own_(own), server_(server), mss_(static_cast<std::uint16_t>(mtu - headers)) {}

    void connect() {
        say(control::syn, {});
        ++next_;
    }
    /// At once as far as the server's window lets it, the rest when it opens.
    void send(std::string_view octets) {
        unsent_ += octets;
        flush();
    }
    /// A FIN after all that was sent; the server may go on sending.
    void close() {
        closing_ = true;
        flush();
    }
    /// The connection is gone at once.
    void abort() {
        say(control::rst | control::ack, {});
        reset_ = true;
    }

    void from_server(std::string_view octets) {
        const auto segment = parse(octets);
        if (!segment || segment->protocol != tcp || segment->source != server_.address ||
            segment->source_port != server_.port || segment->destination_port != own_.port ||
            reset_)
            return;
        if ((segment->flags & control::rst) != 0) {
            reset_ = true;
            return;
        }
        if ((segment->flags & control::ack) != 0) acknowledged_ = segment->acknowledgment;
        window_ = segment->window;
        const bool syn = (segment->flags & control::syn) != 0;
        if (syn && !open_) {
            expected_ = segment->sequence + 1;
            open_ = true;
            say(control::ack, {});
        } else if (open_ && occupies(*segment)) {
            if (segment->sequence == expected_) take(*segment);
            say(control::ack, {});
        }
        flush();
    }

    std::vector<std::string> take_packets() { return std::exchange(packets_, {}); }
    std::string take_received() { return std::exchange(received_, {}); }
    const std::string& received() const { return received_; }

    bool open() const { return open_ && !reset_; }
    bool reset() const { return reset_; }                 // by either side
    bool server_closed() const { return server_closed_; } // its FIN is here
    /// Each side has closed, and both know.
    bool finished() const { return server_closed_ && fin_sent_ && acknowledged_ == next_; }

private:
    static constexpr std::uint16_t headers = 40, own_window = 0x7fff;
    static constexpr std::uint32_t initial = 1000;

    static bool occupies(const Packet& segment) {
        return !segment.data.empty() || (segment.flags & (control::fin | control::syn)) != 0;
    }
    void take(const Packet& segment) {
        received_ += segment.data;
        expected_ += static_cast<std::uint32_t>(segment.data.size());
        if ((segment.flags & control::fin) == 0) return;
        server_closed_ = true;
        ++expected_;
    }
    void flush() {
        if (!open_ || reset_ || fin_sent_) return;
        while (!unsent_.empty()) {
            const std::uint32_t under_way = next_ - acknowledged_;
            const std::size_t room = under_way < window_ ? window_ - under_way : 0;
            const std::size_t size = std::min({unsent_.size(), std::size_t{mss_}, room});
            if (size == 0) return;
            say(control::ack | control::psh, std::string_view{unsent_}.substr(0, size));
            next_ += static_cast<std::uint32_t>(size);
            unsent_.erase(0, size);
        }
        if (!closing_) return;
        say(control::fin | control::ack, {});
        ++next_;
        fin_sent_ = true;
    }
    void say(unsigned flags, std::string_view data) {
        const bool syn = (flags & control::syn) != 0;
        packets_.push_back(tcp_packet({.source = own_.address,
                                       .destination = server_.address,
                                       .source_port = own_.port,
                                       .destination_port = server_.port,
                                       .sequence = next_,
                                       .acknowledgment = expected_,
                                       .flags = static_cast<std::uint8_t>(flags),
                                       .window = own_window,
                                       .mss = syn ? mss_ : std::uint16_t{0},
                                       .data = data}));
    }

    End own_, server_;
    std::uint16_t mss_;
    std::uint32_t next_ = initial, acknowledged_ = initial, expected_ = 0;
    std::uint32_t window_ = 0;
    bool open_ = false, reset_ = false, closing_ = false, fin_sent_ = false, server_closed_ = false;
    std::string unsent_, received_;
    std::vector<std::string> packets_;
};

} // namespace smtpsim::internet::testing
