// A call that the io_context makes later, outside the call that is running now.
// Several requests before that moment make one call.
#pragma once

#include "serial/endpoint/lifetime_guard.hpp"
#include "sim/net/asio.hpp"

#include <functional>
#include <utility>

namespace smtpsim::endpoint {

/// Posts `act` to the io_context. Requests before it runs are merged into one run.
class DeferredCall {
public:
    DeferredCall(boost::asio::io_context& context, std::function<void()> act)
        : context_(context), act_(std::move(act)) {}

    void ask() {
        if (std::exchange(asked_, true)) return;
        boost::asio::post(context_, lifetime_.guard([this] {
            asked_ = false;
            act_();
        }));
    }

private:
    boost::asio::io_context& context_;
    std::function<void()> act_;
    bool asked_ = false;
    LifetimeGuard lifetime_;
};

} // namespace smtpsim::endpoint
