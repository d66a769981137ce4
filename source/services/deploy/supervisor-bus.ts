/**
 * `mend_bus`: the activation program of every system needs the bus of the system
 * and logind behind it, which the other system may have ended. systemctl itself
 * speaks to systemd by a socket of its own, so that both can be started again
 * without them. `dbus.service` is the name of whichever implementation runs.
 */
export const busFunction = `answers() { timeout 10 busctl --quiet call "$1" "$2" org.freedesktop.DBus.Peer Ping >/dev/null 2>&1; }
mend_bus() {
  if ! answers org.freedesktop.DBus /org/freedesktop/DBus; then
    echo "going back: the system bus does not answer; it is started again" >>"$folder/output"
    timeout 20 systemctl reset-failed dbus.socket dbus.service dbus-broker.service >/dev/null 2>&1
    timeout 20 systemctl start dbus.socket >>"$folder/output" 2>&1
    timeout 30 systemctl restart dbus.service >>"$folder/output" 2>&1
    # Who lost the bus does not find back to it by itself.
    timeout 30 systemctl restart systemd-logind.service >>"$folder/output" 2>&1
  fi
  if ! answers org.freedesktop.login1 /org/freedesktop/login1; then
    echo "going back: logind does not answer; it is started again" >>"$folder/output"
    timeout 30 systemctl restart systemd-logind.service >>"$folder/output" 2>&1
  fi
}`;
