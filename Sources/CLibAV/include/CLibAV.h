#ifndef GUEST_AGENT_CLIBAV_H
#define GUEST_AGENT_CLIBAV_H
int ga_libav_placeholder(void);
#endif
