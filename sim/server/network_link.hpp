// A profile's `link:` in front of an endpoint: what the client sends and hears goes over a line.
#pragma once

#include "sim/line/line.hpp"
#include "sim/server/instance.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace smtpsim::server {

class Link {
public:
    /// As the profile has it; one without a link makes a line that is perfect until it is changed.
    explicit Link(Instance& instance);

    /// How much the line takes from the client now.
    std::size_t room() const { return line_.room(line::End::near); }
    void from_client(std::string_view octets, Tick now) {
        line_.send(line::End::near, octets, now, came_);
    }
    /// In any amount: what the line does not take yet waits here.
    void to_client(std::string_view octets, Tick now) {
        waiting_ += octets;
        pump(now);
    }
    void on_tick(Tick now) {
        if (now >= line_.deadline()) line_.on_tick(now, came_);
        pump(now);
    }
    Tick deadline() const { return line_.deadline(); }
    void apply(const faults::Impairment& impairment, Tick now) {
        line_.apply(impairment, now, came_);
    }

    // What has come out since the last call.
    std::string take_for_server() { return std::exchange(came_.to_far, {}); }
    std::string take_for_client() { return std::exchange(came_.to_near, {}); }

    bool idle() const { return waiting_.empty() && line_.idle(); }
    bool carrier() const { return line_.carrier(); }

private:
    void pump(Tick now) {
        while (!waiting_.empty() && line_.room(line::End::far) > 0) {
            const std::string piece = waiting_.substr(0, line_.room(line::End::far));
            waiting_.erase(0, piece.size());
            line_.send(line::End::far, piece, now, came_);
        }
    }

    line::Line line_;
    line::Delivery came_;
    std::string waiting_;
};

} // namespace smtpsim::server
