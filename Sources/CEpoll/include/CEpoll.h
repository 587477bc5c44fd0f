// System headers that the Glibc module leaves out.
#ifndef GUEST_AGENT_CEPOLL_H
#define GUEST_AGENT_CEPOLL_H

#include <sys/epoll.h>
#include <sys/eventfd.h>

#endif
