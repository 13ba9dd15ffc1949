// Primes, strings, maps, arrays and classes of AssemblyScript's library, with its runtime and garbage collector.
class Shape {
  constructor(public name: string) {}
  area(): f64 { return 0; }
}

class Circle extends Shape {
  constructor(public radius: f64) { super("circle"); }
  area(): f64 { return Math.PI * this.radius * this.radius; }
}

class Square extends Shape {
  constructor(public side: f64) { super("square"); }
  area(): f64 { return this.side * this.side; }
}

function sieve(limit: i32): i32[] {
  const composite = new Uint8Array(limit + 1);
  const primes: i32[] = [];
  for (let i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (let j = i64(i) * i; j <= limit; j += i) composite[i32(j)] = 1;
  }
  return primes;
}

const limit = process.argv.length > 1 ? I32.parseInt(process.argv[1]) : 100;
const primes = sieve(limit);
console.log(`${primes.length} primes up to ${limit}, the last ${primes[primes.length - 1]}`);

const endings = new Map<i32, i32>();
for (let i = 0; i < primes.length; i++) {
  const digit = primes[i] % 10;
  endings.set(digit, (endings.has(digit) ? endings.get(digit) : 0) + 1);
}
const digits = endings.keys();
digits.sort((a, b) => a - b);
for (let i = 0; i < digits.length; i++) console.log(`${digits[i]}: ${endings.get(digits[i])}`);

const shapes: Shape[] = [new Circle(1.5), new Square(2), new Circle(0.1)];
shapes.sort((a, b) => a.area() < b.area() ? -1 : 1);
for (let i = 0; i < shapes.length; i++) console.log(shapes[i].name + " " + shapes[i].area().toString());

// Garbage, so that the collector runs.
let longest = "";
for (let i = 0; i < 2000; i++) {
  const text = "x".repeat(i % 50) + i.toString() + "ä€😀";
  if (text.length > longest.length) longest = text;
}
console.log(longest);
process.stderr.write("done\n");
process.exit(primes.length % 5);
