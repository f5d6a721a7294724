# Says how a machine stands, whoever made it so.
export LC_ALL=C
files='/etc/acme/* /etc/logrotate.d/acme /etc/profile.d/acme.sh /etc/security/limits.d/60-acme.conf /etc/sysctl.d/60-acme.conf /usr/local/bin/*
    /etc/systemd/system/acme*.service'
# shellcheck disable=SC2086 # Patterns.
sha256sum $files
# shellcheck disable=SC2086
stat -c '%F %a %U:%G %n' $files /var/spool/acme
# shellcheck disable=SC2016 # dpkg-query's own names.
dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' 'acme-*'
for user in acme acme-batch; do getent passwd "$user" | cut -d : -f 1,6,7; done
for service in acme-agent acme acme-batch; do echo "$service $(systemctl is-active $service) $(systemctl is-enabled $service)"; done
cat /var/lib/acme/store
