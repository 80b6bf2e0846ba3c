// Checks a copy of a log with the code of Go's checksum database, unmodified.
//
//	outside KEY < list of commands: "folder" | "folder old-checkpoint-file"
//
// Answers "ok <proofs>" or "bad <why>" per line. With every leaf it proves inclusion, and consistency from many
// older sizes; the proofs are printed as one digest, so that ours can be compared byte by byte.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"madang.example/outside/note"
	"madang.example/outside/tlog"
)

type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

// ReadTiles reads whole or partial tiles; the path has no height, unlike the one of Go.
func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, path))
		if errors.Is(err, os.ErrNotExist) && tile.W != 256 {
			tile.W, data = 256, nil
			data, err = os.ReadFile(filepath.Join(f.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
			if err == nil {
				data = data[:min(len(data), 32*tiles[len(all)].W)]
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// head opens the checkpoint: Go's tree note has another first line, so the three lines are read here.
func head(folder string, verifiers note.Verifiers) (tlog.Tree, error) {
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, verifiers)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != opened.Sigs[0].Name {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, errors.New("not a root")
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(root)}, nil
}

func entries(folder string, size int64) ([][]byte, error) {
	var all [][]byte
	for number := int64(0); number*256 < size; number++ {
		tile := tlog.Tile{H: 8, L: 0, N: number, W: int(min(256, size-number*256))}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			if len(data) < 2 || len(data) < 2+(int(data[0])<<8|int(data[1])) {
				return nil, errors.New("a bundle is cut short")
			}
			length := 2 + (int(data[0])<<8 | int(data[1]))
			all, data = append(all, data[2:length]), data[length:]
		}
	}
	if int64(len(all)) != size {
		return nil, errors.New("the wrong number of entries")
	}
	return all, nil
}

func write(digest hash.Hash, proof []tlog.Hash) {
	for _, item := range proof {
		digest.Write(item[:])
	}
}

func check(folder string, verifiers note.Verifiers) (string, error) {
	tree, err := head(folder, verifiers)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, files{folder})
	if found, err := tlog.TreeHash(tree.N, reader); err != nil || found != tree.Hash {
		return "", fmt.Errorf("tree hash: %v", err)
	}
	leaves, err := entries(folder, tree.N)
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	for index, leaf := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		if err != nil {
			return "", err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(leaf)); err != nil {
			return "", err
		}
		write(digest, proof)
	}
	for size := int64(1); size <= tree.N; size += 1 + size/16 {
		old, err := tlog.TreeHash(size, reader)
		if err != nil {
			return "", err
		}
		proof, err := tlog.ProveTree(tree.N, size, reader)
		if err != nil {
			return "", err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, old); err != nil {
			return "", err
		}
		write(digest, proof)
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answer, err := check(lines.Text(), note.VerifierList(verifier))
		if err != nil {
			answer = "bad " + strings.ReplaceAll(err.Error(), "\n", " ")
		} else {
			answer = "ok " + answer
		}
		fmt.Println(answer)
	}
}
