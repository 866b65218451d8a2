using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Buildify.Bench.Http;

/// <param name="ServerProcess">Whose processor time is measured.</param>
/// <param name="Requests">Whole ones, as they go over the wire; each connection sends one of them over and over.</param>
internal sealed record LoadOrder(int Port, int ServerProcess, int Connections, string[] Requests, TimeSpan Warmup, TimeSpan Length);

/// <param name="PerSecond">Good answers in a second.</param>
/// <param name="CpuMicroseconds">Of the server's process, for each of them.</param>
/// <param name="Failure">The first answer that was not good; null where all were.</param>
internal sealed record LoadAnswer(double PerSecond, double CpuMicroseconds, string? Failure);

/// <summary>
/// Keep-alive connections that each send the next request when the last is answered, in a process of its own. A thread and a blocking
/// socket for each: two system calls a request and nothing that allocates, so that the generator takes little from the server beside it.
/// </summary>
internal sealed class LoadGenerator(LoadOrder order)
{
    private readonly Window _window = new();
    private long _answers;
    private string? _failure;

    public LoadAnswer Run()
    {
        using var server = Process.GetProcessById(order.ServerProcess);
        var connections = Enumerable.Range(0, order.Connections)
            .Select(number => new Thread(() => Send(number), maxStackSize: 256 * 1024)).ToArray();
        foreach (var connection in connections) connection.Start();
        var (seconds, cpu) = _window.Pass(order.Warmup, order.Length, server);
        foreach (var connection in connections) connection.Join();
        return new(_answers / seconds, cpu.TotalMicroseconds / _answers, _failure);
    }

    private void Send(int number)
    {
        var request = Encoding.ASCII.GetBytes(order.Requests[number % order.Requests.Length]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(IPAddress.Loopback, order.Port);
        var buffer = new byte[16 * 1024];
        var answers = 0L;
        while (!_window.IsOver && _failure is null)
        {
            socket.Send(request);
            if (Receive(socket, buffer) is { } failure) Interlocked.CompareExchange(ref _failure, failure, null);
            else if (_window.Counts) answers++;
        }
        Interlocked.Add(ref _answers, answers);
    }

    /// <summary>Null for a good answer, else what it was.</summary>
    private static string? Receive(Socket socket, byte[] buffer)
    {
        var received = 0;
        while (true)
        {
            var read = socket.Receive(buffer, received, buffer.Length - received, SocketFlags.None);
            received += read;
            var answer = buffer.AsSpan(0, received);
            var head = answer.IndexOf("\r\n\r\n"u8);
            if (head >= 0 && IsWhole(answer[..head], answer[(head + 4)..]))
            {
                return answer.StartsWith("HTTP/1.1 2"u8) ? null : Encoding.UTF8.GetString(answer);
            }
            if (read == 0 || received == buffer.Length) return $"Not a whole answer: {Encoding.UTF8.GetString(answer)}";
        }
    }

    /// <summary>Whether the body has come to its end: as many bytes as were announced, or of one in chunks the last.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) =>
        head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0 ? body.EndsWith("\r\n0\r\n\r\n"u8) : body.Length >= ContentLength(head);

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : 0;
    }
}
