#!/bin/busybox sh
# What the guest does: loads the drivers of its list, then obeys the host, a line at a time.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /tmp
mount -t devpts pts /dev/pts
mount -t tmpfs tmp /tmp
ip link set lo up
while read -r module; do insmod "$module"; done < /modules
mount -t configfs config /sys/kernel/config

# A printer of this guest's own, whose cable /bin/plug puts in and /bin/pull takes out.
gadget=/sys/kernel/config/usb_gadget/printer
mkdir -p $gadget/strings/0x409 $gadget/configs/one.1 $gadget/functions/printer.0
echo 0x04b8 > $gadget/idVendor
echo 0x0e27 > $gadget/idProduct
echo PADI0001 > $gadget/strings/0x409/serialnumber
echo EPSON > $gadget/strings/0x409/manufacturer
echo TM-T82 > $gadget/strings/0x409/product
ln -s $gadget/functions/printer.0 $gadget/configs/one.1/

cat > /bin/plug <<'PLUG'
#!/bin/sh
ls /sys/class/udc > /sys/kernel/config/usb_gadget/printer/UDC
until [ -c /dev/usb/lp0 ]; do sleep 0.1; done
PLUG
cat > /bin/pull <<'PULL'
#!/bin/sh
echo > /sys/kernel/config/usb_gadget/printer/UDC
until [ ! -e /dev/usb/lp0 ]; do sleep 0.1; done
PULL
# Lays what comes out of the cable into the simulated printer, and its answers back.
cat > /bin/join <<'JOIN'
#!/bin/sh
before=$(grep -c '"connected"' /tmp/sim.log)
(nc 127.0.0.1 9100 <> /dev/g_printer0 >&0) > /dev/null 2>&1 &
until [ "$(grep -c '"connected"' /tmp/sim.log)" -gt "$before" ]; do sleep 0.1; done
JOIN
# Waits until a file says something. Where it does not, the host has to hear it before it gives up,
# and the next case needs a guest that obeys: after half a minute or more it prints what the file says instead.
cat > /bin/await <<'AWAIT'
#!/bin/sh
looked=0
until grep -q "$1" "$2" 2> /dev/null; do
    looked=$((looked + 1))
    if [ $looked -gt 300 ]; then
        echo "no $1 in $2:"
        cat "$2"
        exit 1
    fi
    sleep 0.1
done
AWAIT
chmod +x /bin/plug /bin/pull /bin/join /bin/await

stty -F /dev/ttyS0 -echo
exec < /dev/ttyS0 > /dev/ttyS0 2>&1
echo "GUEST READY"
while read -r line; do
    sh -c "$line"
    echo "GUEST ENDED $?"
done
poweroff -f
