// The Journal's views that a command line asks for, each with its file.
#pragma once

#include "app/cli.hpp"
#include "sim/net/file_sink.hpp"

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smtpsim::app {

struct Views {
    explicit Views(mode_t mode) : file_mode(mode) {}

    mode_t file_mode;
    std::vector<std::unique_ptr<net::FileSink>> sinks;
    std::vector<std::unique_ptr<journal::View>> views;

    template <class V, class... Arguments>
    void add(const std::string& path, journal::Journal& journal, Arguments&&... arguments) {
        sinks.push_back(or_stop(net::FileSink::open(path, complain, file_mode)));
        views.push_back(std::make_unique<V>(*sinks.back(), std::forward<Arguments>(arguments)...));
        journal.add(*views.back());
    }
    ~Views() { views.clear(); } // before the sinks they write to
};

} // namespace smtpsim::app
